from odoo.http import Controller, content_disposition, request, route


class GateProgram(Controller):
    """The program of a gate as a file."""

    @route("/gym/gate/program", type="http", auth="user", methods=["GET"], readonly=True, sitemap=False)
    def gate_program(self):
        request.env["gym.gate"].check_access("read")
        headers = [("Content-Type", "application/zip"), ("Content-Disposition", content_disposition("gate.pyz"))]
        return request.make_response(request.env["gym.gate.program"]._get_file(), headers)
