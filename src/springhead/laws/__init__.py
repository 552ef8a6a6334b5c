"""What theory says of self-consuming loops: closed forms, and an engine that draws sufficient statistics."""
