package io.parley.testing;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.quarkus.arc.All;
import io.smallrye.config.ConfigMapping;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts the real parts of the service together by their constructors, as CDI does, in a process that is not the application. So
 * a
 * benchmark of many parts follows when their constructors change. Not for several threads.
 */
public final class Parts {
    private final Map<Class<?>, Object> made = new HashMap<>();
    private final Set<Class<?>> beingMade = new HashSet<>();
    private final Map<String, String> settings;

    /** @param settings of the service, where they differ from the defaults */
    public Parts(Map<String, String> settings) {
        this.settings = settings;
    }

    /** Puts this part where others ask for the type. */
    @CanIgnoreReturnValue
    public <T> Parts with(Class<T> type, T part) {
        made.put(type, part);
        return this;
    }

    /** Returns the part of this type, and makes it with all that it needs if it is not there. */
    public <T> T get(Class<T> type) {
        Object there = made.get(type);
        if (there == null) {
            there = make(type);
            made.put(type, there);
        }
        return type.cast(there);
    }

    private Object make(Class<?> type) {
        if (type.isAnnotationPresent(ConfigMapping.class)) {
            return Configs.of(type, settings);
        }
        if (type.isInterface()) {
            Class<?> bean = only(type);
            return beingMade.contains(bean) ? later(type, bean) : get(bean);
        }
        if (!beingMade.add(type)) {
            throw new IllegalStateException(type + " needs itself");
        }
        try {
            return construct(constructor(type));
        } finally {
            beingMade.remove(type);
        }
    }

    private static Class<?> only(Class<?> port) {
        List<Class<?>> found = Beans.of(port);
        if (found.size() != 1) {
            throw new IllegalStateException(port + " has these implementations: " + found);
        }
        return found.getFirst();
    }

    /** A part that needs itself by way of others gets a stand-in, as CDI's client proxies are. */
    private Object later(Class<?> port, Class<?> bean) {
        return Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] { port }, (_, method, arguments) -> {
            method.setAccessible(true);
            return method.invoke(get(bean), arguments);
        });
    }

    private static Constructor<?> constructor(Class<?> type) {
        Constructor<?>[] all = type.getDeclaredConstructors();
        return Arrays.stream(all).filter(each -> all.length == 1 || each.isAnnotationPresent(Inject.class)).findFirst()
                .orElseThrow(() -> new IllegalStateException(type + " does not say by which constructor it is made"));
    }

    private Object construct(Constructor<?> constructor) {
        Object[] arguments = Arrays.stream(constructor.getParameters()).map(this::argument).toArray();
        try {
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(constructor + " has failed", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private Object argument(Parameter parameter) {
        if (parameter.isAnnotationPresent(All.class) && parameter.getParameterizedType() instanceof ParameterizedType list) {
            return Beans.of((Class<?>) list.getActualTypeArguments()[0]).stream().map(this::get).toList();
        }
        return get(parameter.getType());
    }

    /** All beans of the service. */
    private static final class Beans {
        private static final JavaClasses ALL = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.parley");

        static List<Class<?>> of(Class<?> type) {
            return ALL.stream().filter(each -> isBean(each) && each.isAssignableTo(type)).<Class<?>> map(Beans::load).toList();
        }

        private static boolean isBean(JavaClass each) {
            return each.isAnnotatedWith(Singleton.class) || each.isAnnotatedWith(ApplicationScoped.class);
        }

        private static Class<?> load(JavaClass found) {
            try {
                return Class.forName(found.getName());
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
