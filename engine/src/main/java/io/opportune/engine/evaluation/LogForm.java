package io.opportune.engine.evaluation;

/** The forms of logs that can be read; {@code engine/EVALUATION.md} describes them. */
public enum LogForm {
    /** CSV of the Open Bandit Dataset (Saito et al. 2021): item_id, position, click, propensity_score, features. */
    OPEN_BANDIT,
    /** CSV with the columns action, reward, propensity and others. */
    CSV,
    /** One JSON object a line with the same members. */
    JSON_LINES
}
