{
    "name": "Vigor Vault",
    "version": "19.0.1.0.0",
    "summary": "Fields encrypted at rest with a key that the database does not hold",
    "category": "Technical",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["base"],
    "external_dependencies": {"python": ["cryptography"]},
}
