# Ends a process once the process that started this script is gone.
#
#   sh watchdog.sh COMMAND_LINE
#
# Standard input is a pipe whose other end only the owner holds; the kernel closes it however the owner dies. The owner writes the
# number of the process as soon as the owner knows it, and "end" when the owner has ended the process itself. COMMAND_LINE is how the
# command line of that process begins. This script checks it, because the number may belong to another process by then. If the owner
# dies before it knows the number, this script looks for a process whose whole command line is COMMAND_LINE. This script reads no file
# of the owner, because these files may be deleted when the owner ends.

command_line=$1
patience=10
pid=

# A terminal sends its signals to the owner and to this script: the script stays until the owner is gone.
trap '' HUP INT QUIT TERM TSTP

while read -r word; do
    case $word in
        end) exit 0 ;;
        '' | *[!0-9]*) ;;
        *) pid=$word ;;
    esac
done

command_line_of() {
    { tr -d '\0' <"/proc/$1/cmdline" || ps -ww -o args= -p "$1"; } 2>/dev/null
}

is_alive() {
    case $(command_line_of "$pid") in
        "$command_line"*) return 0 ;;
        *) return 1 ;;
    esac
}

candidates() {
    if [ -e /proc/self/cmdline ]; then
        grep -lsF -e "$command_line" /proc/[0-9]*/cmdline | tr -dc '0-9\n'
    else
        ps -A -o pid= 2>/dev/null
    fi
}

find_process() {
    for candidate in $(candidates); do
        if [ "$(command_line_of "$candidate")" = "$command_line" ]; then
            pid=$candidate
            return 0
        fi
    done
    return 1
}

# The process may be so young that it does not have its command line yet.
waited=0
until { [ -n "$pid" ] && is_alive; } || { [ -z "$pid" ] && find_process; }; do
    if [ "$waited" -ge "$patience" ]; then
        exit 0
    fi
    sleep 1
    waited=$((waited + 1))
done

# On the first signal Redis writes everything to disk and ends; a stopped process takes a signal only when it goes on.
kill -TERM "$pid"
kill -CONT "$pid"
waited=0
while is_alive; do
    if [ "$waited" -ge "$patience" ]; then
        kill -KILL "$pid"
        exit 0
    fi
    sleep 1
    waited=$((waited + 1))
done
