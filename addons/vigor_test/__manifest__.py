{
    "name": "Vigor Test",
    "version": "19.0.1.0.0",
    "summary": "Tests of structure that every addon of the suite inherits",
    "category": "Hidden/Tests",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["web"],
}
