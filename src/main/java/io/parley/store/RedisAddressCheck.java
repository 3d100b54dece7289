package io.parley.store;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks the addresses of Redis before any other code reads them. An address may hold a password, and all later readers repeat
 * the address or a part of it in their errors: the configuration, {@code java.net.URI}, and the Redis client.
 */
public final class RedisAddressCheck implements ConfigSourceInterceptor {
    private static final long serialVersionUID = 1;
    private static final Pattern KEY = Pattern.compile("quarkus\\.redis\\.(?:.+\\.)?hosts");
    private static final Pattern DATABASE = Pattern.compile("(?:/[0-9]{0,9})?");
    private static final Pattern DATABASE_PARAMETER = Pattern.compile("(?:.*&)?db=(?![0-9]{1,9}(?:&|$)).*");

    /** @throws StartRefused if the value of such a key is not a list of addresses; the error does not repeat the value */
    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue value = context.proceed(name);
        if (value != null && value.getValue() != null && KEY.matcher(name).matches()) {
            for (String address : value.getValue().split(",")) {
                check(name, address.strip());
            }
        }
        return value;
    }

    private static void check(String name, String address) {
        if (!address.isEmpty() && !isAddress(address)) {
            throw new StartRefused(name
                    + ": must be redis://[user:password@]host[:port][/database] (or rediss://), or several of them "
                    + "with commas between. A character such as @ : / # % or a comma in the password must be escaped, such as %40 for @.");
        }
    }

    private static boolean isAddress(String address) {
        try {
            URI uri = new URI(address);
            String scheme = String.valueOf(uri.getScheme());
            return switch (scheme) {
                case "redis", "rediss" -> uri.getHost() != null && uri.getRawFragment() == null
                        && DATABASE.matcher(String.valueOf(uri.getRawPath())).matches() && hasDatabaseNumber(uri.getQuery());
                case "unix" -> uri.getRawFragment() == null && hasDatabaseNumber(uri.getQuery());
                default -> false;
            };
        } catch (URISyntaxException _) {
            return false;
        }
    }

    private static boolean hasDatabaseNumber(@Nullable String query) {
        return query == null || !DATABASE_PARAMETER.matcher(query).matches();
    }
}
