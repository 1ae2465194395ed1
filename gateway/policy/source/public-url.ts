// URLs as logs and the status may show them: without user, password, query and fragment, any of which can be a secret.

export function publicUrl(url: string | URL): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
