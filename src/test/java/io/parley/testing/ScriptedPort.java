package io.parley.testing;

import io.smallrye.mutiny.Uni;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.function.Function;

/** Makes ports of which a measurement asks little: they answer as they are told, and with nothing otherwise. */
public final class ScriptedPort {
    private ScriptedPort() {
    }

    /**
     * Makes a port.
     *
     * @param answers by the name of the method, from its arguments
     */
    public static <T> T of(Class<T> port, Map<String, Function<Object[], Object>> answers) {
        return port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] { port }, (self, method, arguments) -> {
            Function<Object[], Object> answer = answers.get(method.getName());
            return answer == null ? otherwise(self, method, arguments) : answer.apply(arguments);
        }));
    }

    private static Object otherwise(Object self, Method method, Object[] arguments) throws Throwable {
        if (method.isDefault()) {
            return InvocationHandler.invokeDefault(self, method, arguments);
        }
        return switch (method.getName()) {
            case "hashCode" -> System.identityHashCode(self);
            case "equals" -> self == arguments[0];
            case "toString" -> method.getDeclaringClass().getSimpleName();
            default -> nothing(method.getReturnType());
        };
    }

    private static Object nothing(Class<?> type) {
        if (type == Uni.class) {
            return Uni.createFrom().nullItem();
        }
        return type == boolean.class ? Boolean.FALSE : null;
    }
}
