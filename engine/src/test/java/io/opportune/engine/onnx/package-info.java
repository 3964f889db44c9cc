/** Models written byte by byte, whose predictions are compared with plain sums; and models that are refused. */
package io.opportune.engine.onnx;
