/** What a browser does at an issuer: from the address that it was sent to until it is sent back; answers where to. */
export const visitor =
  (issuer: string) =>
  async (from: string): Promise<URL> => {
    const cookies = new Map<string, string>();
    let at = new URL(from);
    for (let hops = 0; at.origin === issuer; hops += 1) {
      if (hops > 20) throw new Error(`The issuer goes round in circles: ${at.href}`);
      const response = await fetch(at, {
        redirect: 'manual',
        headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
      });
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      const next = response.headers.get('location');
      if (next === null) throw new Error(`${at.pathname}: ${response.status} ${await response.text()}`);
      at = new URL(next, at);
    }
    return at;
  };
