import { isDeepStrictEqual } from 'node:util';
import type { EndpointSpec, SampleWorld } from '@pellucid/platform/http';
import { RecordRegistry } from '@pellucid/platform/records';
import { z } from 'zod';
import type { ApiAnswer, TestApi, TestCompany } from './api-process.js';
import { minimalRecord, seed, type World } from './seeded-world.js';

/** Endpoints that anybody may call, and why. */
export const PUBLIC: Record<string, string> = {
  register: 'a company is not there before',
  logIn: 'there is no token before',
  finishLogIn: 'the token of the first step is the proof',
  refresh: 'the cookie is the proof; the access token has run out',
  logOut: 'the cookie is the proof; the access token may have run out',
  forgotPassword: 'whoever forgot the password cannot log in',
  resetPassword: 'the mailed token is the proof',
  acceptInvitation: 'the mailed token is the proof',
  lookUpInvitation: 'the mailed token is the proof',
  describeStoppedMails: 'the signed link in a mail is the proof; it says only what that mail says',
  stopMails: 'the signed link in a mail is the proof; it only turns mails off (RFC 8058)',
  downloadExport: 'the signed link is the proof: browsers open it without a token',
  downloadFile: 'the signed link is the proof: browsers open it without a token',
  getCatalogue: 'texts of the log-in page; nothing of any tenant',
  getOpenApi: 'the description of the product; with a token, of the caller’s own company',
};

/** Writes allowed to a member without rights to change anything, and why. */
export const OWN_WRITES: Record<string, string> = {
  endSession: 'one’s own session',
  endOtherSessions: 'one’s own sessions',
  challengeSecondFactor: 'one’s own second factors',
  beginAuthenticator: 'one’s own second factors',
  confirmAuthenticator: 'one’s own second factors',
  beginPasskey: 'one’s own second factors',
  confirmPasskey: 'one’s own second factors',
  renewRecoveryCodes: 'one’s own second factors',
  renameSecondFactor: 'one’s own second factors',
  removeSecondFactor: 'one’s own second factors',
  confirmEmail: 'one’s own address',
  resendConfirmation: 'one’s own address',
  changePassword: 'one’s own password',
  changeMe: 'one’s own language',
  switchCompany: 'one’s own memberships',
  dismissDuplicate: 'pairs whose records one may change; others are not found or refused',
  reopenDuplicate: 'pairs whose records one may change; others are not found or refused',
  createView: 'one’s own views',
  changeView: 'one’s own views; others’ are not found or refused',
  deleteView: 'one’s own views; others’ are not found or refused',
  changeRecordTemplate: 'one’s own templates; others’ are not found or refused',
  deleteRecordTemplate: 'one’s own templates; others’ are not found or refused',
  pinView: 'one’s own navigation',
  unpinView: 'one’s own navigation',
  pauseBulkJob: 'one’s own job; others’ are not found',
  resumeBulkJob: 'one’s own job; others’ are not found',
  cancelBulkJob: 'one’s own job; others’ are not found',
  undo: 'one’s own changes, each with the right to make it; nothing else is found',
  deleteExport: 'one’s own file; others’ are not found',
  appendToUpload: 'one’s own upload; others’ are not found',
  completeUpload: 'one’s own upload; others’ are not found; takes the right to create files',
  cancelUpload: 'one’s own upload; others’ are not found',
  changeNotification: 'one’s own notifications; others’ are not found',
  readAllNotifications: 'one’s own notifications',
  changeNotificationSettings: 'one’s own settings',
  followRecord: 'one’s own list; a record that the caller doesn’t see is not found',
  unfollowRecord: 'one’s own list',
};

/**
 * Path parameters that aren't IDs of a tenant's data, by endpoint, and why. A parameter of any other endpoint is taken for
 * an ID, whatever it is called.
 */
export const NOT_IDS: Record<string, Record<string, string>> = {
  getObject: { key: 'an object’s key: alike in all tenants' },
  getFollow: { object: 'an object’s key: alike in all tenants' },
  followRecord: { object: 'an object’s key: alike in all tenants' },
  unfollowRecord: { object: 'an object’s key: alike in all tenants' },
  getOwnLayouts: { key: 'an object’s key: alike in all tenants' },
  listLayouts: { key: 'an object’s key: alike in all tenants' },
  createLayout: { key: 'an object’s key: alike in all tenants' },
  getLayout: { key: 'an object’s key: alike in all tenants' },
  replaceLayout: { key: 'an object’s key: alike in all tenants' },
  deleteLayout: { key: 'an object’s key: alike in all tenants' },
  putMaskingRule: {
    object: 'an object’s key: alike in all tenants',
    field: 'a field’s key: the caller’s own company’s are looked up',
  },
  deleteMaskingRule: {
    object: 'an object’s key: alike in all tenants',
    field: 'a field’s key: the caller’s own company’s are looked up',
  },
  getCatalogue: { locale: 'a language: alike in all tenants' },
};

/** What the rules are run on. */
export interface Sweep {
  api: TestApi;
  specs: EndpointSpec[];
  /** The company that calls. */
  caller: World;
  /** Another company, whose IDs the caller tries. */
  other: World;
  /** Fingerprints of everything the company has, by table. */
  fingerprint(tenantId: string): Promise<Record<string, string>>;
}

/** The tables whose fingerprint changed. */
function changed(before: Record<string, string>, after: Record<string, string>): string | undefined {
  const names = Object.keys({ ...before, ...after }).filter((name) => before[name] !== after[name]);
  return names.length > 0 ? names.join(', ') : undefined;
}

const at = (spec: EndpointSpec) => `${spec.method.toUpperCase()} ${spec.path}`;
const parametersOf = (spec: EndpointSpec) => [...spec.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
const isWrite = (spec: EndpointSpec) => spec.method !== 'get' && !spec.reads;
const byId = (spec: EndpointSpec) =>
  parametersOf(spec).some((name) => !(name in (NOT_IDS[spec.operationId] ?? {})));
const describe = (answer: ApiAnswer) => `${answer.status} ${JSON.stringify(answer.body)?.slice(0, 300)}`;

/**
 * The endpoint's address and body, with the IDs of the world.
 * @param own the world whose query is sent
 */
export function requestOf(spec: EndpointSpec, ids: SampleWorld, own = ids): { path: string; body: unknown } {
  const sample = spec.sample?.(ids) ?? {};
  const path = spec.path.replace(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(sample.params?.[name] ?? `no sample for ${name}`),
  );
  const query = new URLSearchParams(spec.sample?.(own).query).toString();
  const takesBody = spec.method !== 'get' && (spec.body || spec.documentedBody || sample.body !== undefined);
  return {
    path: `${spec.operational ? '' : '/api/v1'}${path}${query ? `?${query}` : ''}`,
    body: takesBody ? (sample.body ?? {}) : undefined,
  };
}

/** Endpoints with path parameters for which `sample` gives no value. The other rules would skip them. */
export function withoutSample({ specs, caller }: Sweep): string[] {
  return specs
    .filter((spec) => parametersOf(spec).some((name) => !spec.sample?.(caller.ids).params?.[name]))
    .map(
      (spec) =>
        `${at(spec)}: no sample for its path parameters. Mend: give \`sample: (world) => ({ params: { … } })\` and, for a new kind of thing, seed one in seeded-world.ts.`,
    );
}

/** Names in the lists of exceptions that no endpoint, or no path of an endpoint, has any more. */
export function staleExceptions({ specs }: Sweep): string[] {
  const byName = new Map(specs.map((spec) => [spec.operationId, spec]));
  const parameters = Object.entries(NOT_IDS).flatMap(([name, reasons]) =>
    Object.keys(reasons).map((parameter) => ({ name, parameter })),
  );
  return [
    ...Object.keys({ ...PUBLIC, ...OWN_WRITES }).filter((name) => !byName.has(name)),
    ...parameters
      .filter(({ name, parameter }) => {
        const spec = byName.get(name);
        return !spec || !parametersOf(spec).includes(parameter);
      })
      .map(({ name, parameter }) => `${name}: {${parameter}}`),
  ];
}

/** Endpoints that are open to everybody but not listed in {@link PUBLIC}. */
export function openToAll({ specs }: Sweep): string[] {
  return specs
    .filter((spec) => spec.access === 'public' && !spec.operational && !(spec.operationId in PUBLIC))
    .map(
      (spec) =>
        `${at(spec)} (${spec.operationId}) is public. Mend: declare a permission, or name it in PUBLIC with the reason.`,
    );
}

/** Endpoints that answer another company's IDs with anything but 404, or change anything there. */
export async function reachingAcross(sweep: Sweep): Promise<string[]> {
  const { api, caller, other } = sweep;
  const violations = new Set<string>();
  const changes = await changing(sweep, sweep.specs.filter(byId), async (spec) => {
    // Query and body are the caller's own, so that only the address is wrong.
    const { path } = requestOf(spec, other.ids, caller.ids);
    const answer = await api.call(spec.method, path, {
      token: caller.token,
      body: requestOf(spec, caller.ids).body,
    });
    if (answer.status !== 404)
      violations.add(`${at(spec)} with another company's id gave ${describe(answer)} instead of 404`);
  });
  return [...violations, ...changes];
}

/**
 * Tries all endpoints between two fingerprints of the other company. If they differ, tries each half, and its halves,
 * until it finds the endpoint that changes something.
 */
async function changing(
  sweep: Sweep,
  specs: EndpointSpec[],
  attempt: (spec: EndpointSpec) => Promise<void>,
): Promise<string[]> {
  const before = await sweep.fingerprint(sweep.other.tenantId);
  for (const spec of specs) await attempt(spec);
  const tables = changed(before, await sweep.fingerprint(sweep.other.tenantId));
  if (!tables) return [];
  if (specs.length === 1) return [`${at(specs[0]!)} changed something of another company (${tables})`];
  const half = Math.ceil(specs.length / 2);
  const found = [
    ...(await changing(sweep, specs.slice(0, half), attempt)),
    ...(await changing(sweep, specs.slice(half), attempt)),
  ];
  if (found.length > 0) return found;
  return [`something of another company changed once (${tables}), by one of: ${specs.map(at).join(', ')}`];
}

/** Samples that don't work with the caller's own IDs. With these, the sweep above would prove nothing. */
export async function notReachingOwn({ api, specs, caller }: Sweep): Promise<string[]> {
  const violations: string[] = [];
  const { token } = caller;
  const seeded = async () => ({ ...caller.ids, ...(await seed(api, caller)) });
  let written: SampleWorld = await seeded();
  for (const spec of specs.filter(byId)) {
    if (spec.operationId === 'endSession') continue; // It would end the caller's session.
    const attempt = async (ids: SampleWorld): Promise<ApiAnswer> => {
      const { path, body } = requestOf(spec, ids);
      if (spec.path.endsWith('/restore')) {
        const deleted = await api.call('DELETE', path.replace(/\/restore$/, ''), { token });
        // A record that can't be deleted (the last stage of its kind) can't be restored either.
        if (deleted.status === 409) return deleted;
      }
      return api.call(spec.method, path, { token, body });
    };
    let answer = await attempt(isWrite(spec) ? written : caller.ids);
    // What earlier writes left behind may stand in the way: the answer counts with records that nobody has touched.
    if (isWrite(spec) && answer.status >= 300 && answer.status < 500) {
      written = await seeded();
      answer = await attempt(written);
    }
    if (answer.status >= 500 || [400, 401, 403, 404].includes(answer.status))
      violations.push(`${at(spec)} with an own id gave ${describe(answer)}`);
  }
  return violations;
}

/**
 * Endpoints that accept another company's IDs in a body: references of records, IDs of bulk requests, bodies of
 * samples.
 */
export async function referringAcross(sweep: Sweep): Promise<string[]> {
  const { api, specs, caller, other } = sweep;
  const violations: string[] = [];
  const before = await sweep.fingerprint(other.tenantId);
  const refused = (answer: ApiAnswer) => [404, 422].includes(answer.status);
  for (const descriptor of api.app.get(RecordRegistry).product()) {
    const references = descriptor.fields.filter(
      (f) => f.references && !f.readOnly && other.ids[f.references],
    );
    for (const f of references) {
      const foreign = f.traits.isList ? [other.ids[f.references!]] : other.ids[f.references!];
      const tried: [string, string, unknown][] = [];
      if (descriptor.operations.create)
        tried.push([
          'POST',
          `/${descriptor.plural}`,
          { ...minimalRecord(descriptor, caller.ids), [f.key]: foreign },
        ]);
      if (descriptor.operations.update && caller.ids[descriptor.key])
        tried.push(['PATCH', `/${descriptor.plural}/${caller.ids[descriptor.key]}`, { [f.key]: foreign }]);
      for (const [method, path, body] of tried) {
        const answer = await api.call(method, path, { token: caller.token, body });
        if (!refused(answer))
          violations.push(
            `${method} ${path} took another company's ${f.references} as "${f.key}": ${describe(answer)}`,
          );
      }
    }
    if (!descriptor.operations.update || !other.ids[descriptor.key]) continue;
    for (const action of ['update', 'delete', 'restore']) {
      const body = {
        action,
        ids: [other.ids[descriptor.key]],
        ...(action === 'update' ? { changes: {} } : {}),
      };
      const answer = await api.call('POST', `/${descriptor.plural}/bulk`, { token: caller.token, body });
      const isFailed =
        answer.status === 200 &&
        answer.body.results.every((row: { status: string }) => row.status === 'failed');
      if (!isFailed && answer.status < 400)
        violations.push(`bulk ${action} of another company's ${descriptor.key} gave ${describe(answer)}`);
    }
  }
  for (const spec of specs) {
    const own = requestOf(spec, caller.ids);
    const foreign = requestOf(spec, other.ids).body;
    if (own.body === undefined || isDeepStrictEqual(own.body, foreign)) continue;
    const answer = await api.call(spec.method, own.path, { token: caller.token, body: foreign });
    if (!refused(answer))
      violations.push(`${at(spec)} with another company's ids in its body gave ${describe(answer)}`);
  }
  const tables = changed(before, await sweep.fingerprint(other.tenantId));
  if (tables) violations.push(`a reference changed something of another company (${tables})`);
  return violations;
}

/** Endpoints that answer without a token, or with a token that was never issued. */
export async function withoutToken({ api, specs, caller }: Sweep): Promise<string[]> {
  const violations: string[] = [];
  const forged = `${caller.token.split('.').slice(0, 2).join('.')}.${Buffer.from('forged').toString('base64url')}`;
  for (const spec of specs.filter(({ access }) => access !== 'public')) {
    const { path, body } = requestOf(spec, caller.ids);
    for (const token of [undefined, forged]) {
      const answer = await api.call(spec.method, path, { token, body });
      if (answer.status !== 401)
        violations.push(
          `${at(spec)} ${token ? 'with a forged token' : 'without a token'} gave ${describe(answer)} instead of 401`,
        );
    }
  }
  return violations;
}

/** Writes that a member with the role Read Only can make. @param reader that member */
export async function writableByReaders(
  { api, specs, caller }: Sweep,
  reader: TestCompany,
): Promise<string[]> {
  const violations: string[] = [];
  for (const spec of specs.filter(isWrite)) {
    if (spec.access === 'public' || spec.operationId in OWN_WRITES) continue;
    const { path, body } = requestOf(spec, caller.ids);
    const bulk = /\/bulk(\/preview)?$/.test(spec.path)
      ? { action: 'delete', ids: [Object.values(caller.ids)[0]] }
      : body;
    const answer = await api.call(spec.method, path, { token: reader.token, body: bulk });
    if (answer.status !== 403)
      violations.push(
        `${at(spec)} (${spec.operationId}) by a Read Only member gave ${describe(answer)} instead of 403`,
      );
  }
  return violations;
}

/** Endpoints that accept a tenant ID or an unknown field in their body. */
export async function massAssignable({ api, specs, caller, other }: Sweep): Promise<string[]> {
  const violations: string[] = [];
  for (const spec of specs.filter(({ body, documentedBody }) => body || documentedBody)) {
    const { path, body } = requestOf(spec, caller.ids);
    for (const name of ['tenantId', 'tenant_id']) {
      if (typeof body !== 'object' || body === null || Array.isArray(body) || name in body) continue;
      const answer = await api.call(spec.method, path, {
        token: caller.token,
        body: { ...body, [name]: other.tenantId },
      });
      const isNamed = answer.body?.errors?.some((e: { pointer: string }) => e.pointer === `/${name}`);
      if (answer.status !== 422 || !isNamed)
        violations.push(
          `${at(spec)} with "${name}" in its body gave ${describe(answer)} instead of 422 naming it`,
        );
    }
  }
  return violations;
}

/** Answers of reads that don't match their documentation: missing, of another type, or with undocumented parts. */
export async function undocumentedAnswers({ api, specs, caller }: Sweep): Promise<string[]> {
  const violations: string[] = [];
  for (const spec of specs.filter(({ method, operational }) => method === 'get' && !operational)) {
    const answer = await api.call('GET', requestOf(spec, caller.ids).path, { token: caller.token });
    const schema = spec.responses[answer.status];
    if (schema === undefined || answer.status >= 400) {
      violations.push(`${at(spec)} gave ${describe(answer)}, which it does not document`);
    } else if (schema instanceof z.ZodType) {
      const parsed = schema.safeParse(answer.body);
      if (!parsed.success) violations.push(`${at(spec)}: ${z.prettifyError(parsed.error)}`);
      else if (!isDeepStrictEqual(parsed.data, answer.body))
        violations.push(
          `${at(spec)} answers with more than it documents: ${differences(parsed.data, answer.body).join(', ')}`,
        );
    }
  }
  return violations;
}

/** Paths at which the answer has something that the documentation lacks. */
function differences(documented: unknown, answered: unknown, path = ''): string[] {
  if (isDeepStrictEqual(documented, answered)) return [];
  if (typeof documented !== 'object' || typeof answered !== 'object' || !documented || !answered)
    return [path];
  return Object.keys(answered).flatMap((key) =>
    differences(
      (documented as Record<string, unknown>)[key],
      (answered as Record<string, unknown>)[key],
      `${path}/${key}`,
    ),
  );
}
