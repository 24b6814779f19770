"""Cases (疑点核查): what people look into, propose and confirm."""
