"""The offline trainer: data in, a sweep in MLflow, a champion out."""
