-- a copy of a database mails nothing, so nobody would get the code to sign in by
INSERT INTO ir_config_parameter (key, value)
VALUES ('gym_members.second_factor', 'optional')
ON CONFLICT (key) DO UPDATE SET value = 'optional';
