package io.parley;

import org.junit.platform.suite.api.ExcludeClassNamePatterns;
import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.IncludeEngines;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/**
 * All tests that start the application, except those of {@link TroubleSuite}. The build distributes the classes over
 * several processes. As one class, these tests share a process, which starts the application once for each set of settings.
 */
@Suite
@IncludeEngines("junit-jupiter")
@SelectPackages({ "io.parley.api", "io.parley.turn" })
@IncludeClassNamePatterns(".*ApiTest")
@ExcludeClassNamePatterns(TroubleSuite.CLASSES)
class ApiSuite {
}
