"""OAUTHBEARER in libpq 18 itself: its own state machine and messages, with a hook where a person would log in."""

import ctypes
import os

import psycopg

from checks import CA, check, run

TOKEN, ISSUER = os.environ['CLIENTS_TOKEN'], os.environ['CLIENTS_ISSUER']
BEARER_TOKEN = 1  # PQAUTHDATA_OAUTH_BEARER_TOKEN


class Request(ctypes.Structure):
    """PGoauthBearerRequest of libpq-fe.h."""

    _fields_ = [('openid_configuration', ctypes.c_char_p), ('scope', ctypes.c_char_p), ('start', ctypes.c_void_p),
                ('cleanup', ctypes.c_void_p), ('token', ctypes.c_char_p), ('user', ctypes.c_void_p)]


class Hook:
    """Answers libpq's question for a token, and remembers how it was asked."""

    token = TOKEN.encode()
    asked = []

    def __call__(self, kind, _, data):
        if kind != BEARER_TOKEN:
            return 0
        request = ctypes.cast(data, ctypes.POINTER(Request)).contents
        self.asked.append({'configuration': request.openid_configuration, 'scope': request.scope})
        request.token = self.token
        return 1 if self.token else -1


hook = Hook()
callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(hook)
ctypes.CDLL(os.environ['CLIENTS_LIBPQ18']).PQsetAuthDataHook(callback)


def connect(token=TOKEN, **changes):
    hook.token, hook.asked = token and token.encode(), []
    return psycopg.connect(**{'sslmode': 'verify-full', 'sslrootcert': CA, 'require_auth': 'oauth', 'password': '',
                              'oauth_issuer': ISSUER, 'oauth_client_id': 'clients', **changes})


def one(**changes):
    with connect(**changes) as connection:
        return connection.execute('select 1').fetchone()[0]


@check
def discovery():
    one()
    asked = hook.asked[0]
    return {'scope': (asked['scope'] or b'').decode(), 'asked': len(hook.asked),
            'configuration': asked['configuration'] == f'{ISSUER}/.well-known/openid-configuration'.encode()}


@check
def login():
    return one()


@check
def login_direct_tls():
    return one(sslnegotiation='direct')


@check
def protocol_3_2():
    with connect(max_protocol_version='3.2') as connection:
        return connection.pgconn.protocol_version if not hasattr(connection.pgconn, 'full_protocol_version') \
            else connection.pgconn.full_protocol_version


@check
def refused_token():
    try:
        return one(token=TOKEN[:-8] + 'AAAAAAAA')
    except psycopg.OperationalError as error:
        return 'login failed' if 'FATAL:  login failed' in str(error) else str(error)


@check
def no_token():
    try:
        return one(token=None)
    except psycopg.OperationalError:
        return 'refused'


run()
