package io.parley;

import org.junit.platform.suite.api.ExcludeClassNamePatterns;
import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/**
 * All tests that start the application, except those of {@link TroubleSuite}. The build forks a process for each class. As one
 * class, these tests share a process, which starts the application once for each set of settings and not once for each class.
 */
@Suite
@SelectPackages({ "io.parley.api", "io.parley.turn" })
@IncludeClassNamePatterns(".*ApiTest")
@ExcludeClassNamePatterns(TroubleSuite.CLASSES)
class ApiSuite {
}
