package io.parley;

import org.junit.platform.suite.api.ExcludeClassNamePatterns;
import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** As {@link TroubleSuite}: the tests of this package that start the application with one set of settings. */
@Suite
@SelectPackages("io.parley.turn")
@IncludeClassNamePatterns(".*ApiTest")
@ExcludeClassNamePatterns(TroubleSuite.CLASSES)
class TurnSuite {
}
