from . import gate_api, gate_program
