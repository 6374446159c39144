{
    "name": "Vigor Clock",
    "version": "19.0.1.0.0",
    "summary": "The civil day of a company: that of its place, at any hour and for any user",
    "category": "Technical",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["base"],
    "post_init_hook": "post_init_hook",
}
