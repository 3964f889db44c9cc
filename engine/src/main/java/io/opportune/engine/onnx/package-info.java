/**
 * Imported models: files of ONNX that predict the best candidates of a decision anew, run by ONNX Runtime, which this
 * package alone knows and which is optional. A model's columns are named like features, by a manifest beside it.
 * Loading: the thread that starts the server; predicting: each shard by a stage of its own.
 */
package io.opportune.engine.onnx;
