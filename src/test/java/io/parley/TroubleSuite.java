package io.parley;

import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.IncludeEngines;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** Works as {@link ApiSuite} does, for the tests that start the application with their own settings and wait long. */
@Suite
@IncludeEngines("junit-jupiter")
@SelectPackages({ "io.parley.api", "io.parley.turn" })
@IncludeClassNamePatterns(TroubleSuite.CLASSES)
class TroubleSuite {
    static final String CLASSES = ".*\\.(Owners|Provider.*|StoreTrouble|Failover|ContextCost|RecallShare)ApiTest";
}
