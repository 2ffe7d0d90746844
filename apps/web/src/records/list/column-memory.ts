/** The user's last choice of columns for an object in a company, stored in this browser. */
const keyOf = (tenantId: string, object: string) => `pellucid-columns/${tenantId}/${object}`;

/** The remembered column keys; undefined if there are none, or if storage can't be read. */
export function rememberedColumns(tenantId: string, object: string): string[] | undefined {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(keyOf(tenantId, object)) ?? 'null');
    return Array.isArray(stored) && stored.length ? stored.map(String) : undefined;
  } catch {
    return undefined;
  }
}

/** Remembers column keys. Undefined forgets them. */
export function rememberColumns(tenantId: string, object: string, columns: string[] | undefined): void {
  if (columns) localStorage.setItem(keyOf(tenantId, object), JSON.stringify(columns));
  else localStorage.removeItem(keyOf(tenantId, object));
}

const defaultKeyOf = (tenantId: string, object: string) => `pellucid-default-view/${tenantId}/${object}`;

/** Whether the user's role started with a view of the object the last time, in this browser. */
export function hadDefaultView(tenantId: string, object: string): boolean {
  try {
    return localStorage.getItem(defaultKeyOf(tenantId, object)) !== null;
  } catch {
    return false;
  }
}

/** Remembers whether the user's role starts with a view of the object. */
export function noteDefaultView(tenantId: string, object: string, hasDefault: boolean): void {
  if (hasDefault === hadDefaultView(tenantId, object)) return;
  if (hasDefault) localStorage.setItem(defaultKeyOf(tenantId, object), 'yes');
  else localStorage.removeItem(defaultKeyOf(tenantId, object));
}
