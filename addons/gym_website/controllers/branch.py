from werkzeug.exceptions import NotFound

from odoo.http import Controller, request, route

WIDTHS = (480, 960, 1920)  # of a photo, in pixels: any other would let a stranger keep the server busy


class GymBranchPages(Controller):
    """The public page of each branch of the site's company, and its photo."""

    def _get_branch_pages(env, rule, query):
        """Return the addresses for the sitemap."""
        for branch in env["website"].get_current_website()._get_gym_branches():
            if not query or query.lower() in branch._get_page_path():
                yield {"loc": branch._get_page_path()}

    @route(
        "/sucursal/<string:slug>", type="http", auth="public", website=True, sitemap=_get_branch_pages, readonly=True
    )
    def branch_page(self, slug, **kw):
        branch_sudo = request.website._find_gym_branch(slug)
        if not branch_sudo:
            raise NotFound
        if slug != branch_sudo._get_page_slug():
            return request.redirect(branch_sudo._get_page_path(), code=301)
        values = {"branch": branch_sudo, "main_object": branch_sudo} | branch_sudo._get_page_texts()
        return request.render("gym_website.branch_page", values)

    @route(
        "/sucursal/<int:branch_id>/foto/<int:width>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        multilang=False,
        readonly=True,
    )
    def branch_photo(self, branch_id, width, **kw):
        branch_sudo = request.website._get_gym_branches().filtered(lambda one: one.id == branch_id)
        if width not in WIDTHS or not branch_sudo.image_1920:
            raise NotFound
        stream = request.env["ir.binary"]._get_image_stream_from(branch_sudo, "image_1920", width=width)
        stream.public = True
        return stream.get_response(max_age=3600)
