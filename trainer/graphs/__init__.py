"""Fitted estimators and the features as ONNX graphs."""
