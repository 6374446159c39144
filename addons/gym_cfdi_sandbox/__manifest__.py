{
    "name": "CFDI Sandbox",
    "version": "19.0.1.0.0",
    "summary": "A PAC and a SAT to try things on, never installed: gym_cfdi has the client, this is the server",
    "category": "Hidden/Tests",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["gym_cfdi"],
}
