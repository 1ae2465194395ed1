-- The roles that the gateway logs in as, made when the database is: what `portcullis role-sql` prints, with passwords.
\set gateway `cat /run/secrets/gateway-password`
\set resolver `cat /run/secrets/resolver-password`

CREATE ROLE gateway LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT PASSWORD :'gateway';
ALTER ROLE gateway SET statement_timeout = '5min';
ALTER ROLE gateway SET idle_in_transaction_session_timeout = '10min';
GRANT CONNECT ON DATABASE :"DBNAME" TO gateway;
GRANT USAGE ON SCHEMA public TO gateway;
-- Tables that their owner makes from now on.
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO gateway;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO gateway;

CREATE ROLE portcullis_resolver LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT
  PASSWORD :'resolver';
GRANT CONNECT, TEMPORARY ON DATABASE :"DBNAME" TO portcullis_resolver;
GRANT USAGE ON SCHEMA public TO portcullis_resolver;

REVOKE TEMPORARY ON DATABASE :"DBNAME" FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
