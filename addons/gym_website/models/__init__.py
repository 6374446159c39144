from . import gym_location, ir_qweb, website, website_page
