// The certificate authorities that count where none are named: those of Node and those of the machine.
import process from 'node:process';

let authorities: string[] | undefined;

export function systemAuthorities(): string[] {
  if (authorities === undefined) {
    // Loading TLS takes longer than most commands do all in all, and few of them need it.
    const { getCACertificates } = process.getBuiltinModule('node:tls');
    authorities = [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
  }
  return authorities;
}
