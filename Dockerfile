# Odoo's official image with what Vigor needs from PyPI.
# By tag, because no registry was within reach to ask for a digest: docs/security.md tells how to pin it.
FROM odoo:19.0

USER root
COPY requirements.txt requirements-addons.txt /opt/vigor-requirements/
# The image has Odoo's own requirements from the distribution; only what Vigor adds (below the line "# Vigor") is
# installed. The OCA addons come without their dependencies, because each asks for a distribution named "odoo".
# LightGBM, for gym_churn, needs the OpenMP library of the distribution.
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*
RUN sed -n '/^# Vigor/,$p' /opt/vigor-requirements/requirements.txt > /opt/vigor-requirements/own.txt \
    && python3 -m pip install --no-cache-dir --break-system-packages -r /opt/vigor-requirements/own.txt \
    && python3 -m pip install --no-cache-dir --break-system-packages --no-deps \
        --target /opt/vigor-oca -r /opt/vigor-requirements/requirements-addons.txt \
    && rm -r /opt/vigor-requirements
USER odoo
