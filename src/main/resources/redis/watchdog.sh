# Ends a process once the process that started this script is gone.
#
#   sh watchdog.sh PID_FILE COMMAND_LINE
#
# PID_FILE names the process. COMMAND_LINE is how the command line of that process begins: its number may belong to another
# process by then. Standard input is a pipe whose other end only the owner holds; the kernel closes it however the owner dies.

pid_file=$1
command_line=$2
patience=10

# A terminal sends its signals to the owner and to this script: the script stays until the owner is gone.
trap '' HUP INT QUIT TERM TSTP

# The owner writes a line when it has ended the process itself.
if read -r _; then
    exit 0
fi

is_alive() {
    read -r pid 2>/dev/null <"$pid_file" || return 1
    case $({ tr '\0' ' ' <"/proc/$pid/cmdline" || ps -ww -o args= -p "$pid"; } 2>/dev/null) in
        "$command_line"*) return 0 ;;
        *) return 1 ;;
    esac
}

# The process may be so young that it has not written its number yet.
waited=0
until is_alive; do
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
