package io.parley;

import org.junit.platform.suite.api.ExcludeClassNamePatterns;
import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/**
 * All tests that start the application, but those of {@link TroubleSuite}. As one class for the forks of the build they stay in
 * one process, which starts the application once for each set of settings, not once for each class.
 */
@Suite
@SelectPackages({ "io.parley.api", "io.parley.turn" })
@IncludeClassNamePatterns(".*ApiTest")
@ExcludeClassNamePatterns(TroubleSuite.CLASSES)
class ApiSuite {
}
