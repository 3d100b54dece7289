package io.parley.api;

import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The names by which this service may be called. A page of another site can let its own name point to the loopback address
 * and then counts as this service's own page (DNS rebinding); what it cannot do is ask under another name than its own.
 * <p>
 * IP addresses and {@code localhost} are always right, as is what is configured. Any other name is wrong on a connection to
 * a loopback address, and everywhere once names are configured.
 */
final class OwnHosts {
    // Names of digits and dots only are no names to a browser.
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[[0-9a-f:.%]+]");
    private static final Pattern PORT = Pattern.compile(":[0-9]*$");
    private final Set<String> allowed;

    /** @param allowed further names, without port */
    OwnHosts(List<String> allowed) {
        this.allowed = allowed.stream().map(OwnHosts::name).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Whether a request came under one of our names.
     *
     * @param authority name and perhaps port, as the request gives them; may be empty
     * @param local our end of its connection
     */
    boolean areNamedBy(String authority, @Nullable SocketAddress local) {
        boolean matters = !allowed.isEmpty() || isLoopback(local);
        return !matters || isAlwaysRight(name(authority)) || allowed.contains(name(authority));
    }

    // No browser leaves the name out.
    private static boolean isAlwaysRight(String name) {
        return name.isEmpty() || name.equals("localhost") || name.endsWith(".localhost") || ADDRESS.matcher(name).matches();
    }

    private static String name(String authority) {
        String name = PORT.matcher(authority.strip().toLowerCase(Locale.ROOT)).replaceFirst("");
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    private static boolean isLoopback(@Nullable SocketAddress address) {
        String ip = address == null ? null : address.hostAddress();
        try {
            return ip != null && InetAddress.getByName(ip).isLoopbackAddress();
        } catch (UnknownHostException _) {
            return false;
        }
    }
}
