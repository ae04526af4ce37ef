"""Model versions: listed, loaded, switched, promoted."""
