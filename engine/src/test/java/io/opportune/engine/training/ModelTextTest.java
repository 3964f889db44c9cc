package io.opportune.engine.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.learning.LearnerKind;
import io.opportune.engine.learning.ModelSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A model in one line of the configuration. */
class ModelTextTest {
    @Test
    void shouldReadWhatItIsMadeOf() {
        final ModelSpec spec = ModelText.parse(" house:3  bayes forgetting=0.0001 offer-rows=10 ");
        assertEquals("house", spec.name());
        assertEquals(3, spec.version());
        assertEquals(LearnerKind.BAYES, spec.learner());
        assertEquals(spec.hash(), ModelText.parse("house:3 bayes offer-rows=10 forgetting=0.0001").hash());
        assertNotEquals(spec.hash(), ModelText.parse("house:3 bayes offer-rows=10 forgetting=0.0002").hash());
        assertNotEquals(ModelText.parse("house:3 bayes").hash(), ModelText.parse("house:3 bayes drift=1e-7").hash());
        assertEquals(ModelText.parse("house:3 bayes offer-cross=0.01 category-cross=0.3").hash(),
            ModelText.parse("house:3 bayes category-cross=0.3 offer-cross=0.01").hash());
        assertNotEquals(ModelText.parse("house:3 bayes offer-cross=0.01").hash(),
            ModelText.parse("house:3 bayes category-cross=0.01").hash());
        assertEquals(LearnerKind.FTRL, ModelText.parse("fast:1 ftrl alpha=0.1 l1=1").learner());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "house | is no model; allowed: NAME:VERSION LEARNER", "house bayes | is no model",
        "house:x bayes | \"x\" in \"house:x bayes\" is no version",
        "house:1 vw | \"vw\" in \"house:1 vw\" is no learner",
        "house:1 bayes alpha=1 | \"alpha=1\" in \"house:1 bayes alpha=1\" is not known for bayes; allowed: ",
        "house:1 ftrl alpha | \"alpha\" in \"house:1 ftrl alpha\" is not known",
        "house:1 ftrl alpha=1 alpha=2 | \"alpha\" stands twice", "house:1 ftrl alpha=fast | allowed is a number",
        "house:1 ftrl alpha=-1 | alpha",
        "house:1 bayes drift=0.1 | drift is 0.1, allowed is",
        "house:1 bayes offer-cross=-1 | prior variance cross is -1.0",
        "house:1 ftrl offer-cross=1 | is not known for ftrl",
        "house:1 bayes offer-rows=2.5 | allowed is a whole number"})
    void shouldSayWhatIsWrong(final String line, final String expected) {
        final String message =
            assertThrows(IllegalArgumentException.class, () -> ModelText.parse(line)).getMessage();
        assertTrue(message.contains(expected), message);
    }
}
