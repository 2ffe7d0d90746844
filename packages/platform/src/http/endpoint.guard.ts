import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { z } from 'zod';
import { AccessDirectory, isAdministrator, objectsOfTenant, type TenantSnapshot } from '../access/index.js';
import { currentContext } from '../context/index.js';
import {
  badRequest,
  type FieldProblem,
  forbidden,
  ProblemError,
  pointer,
  unprocessable,
} from '../errors/index.js';
import type { Arrival } from './arrival.js';
import { speakPlainly } from './schema-words.js';
import { type Access, type ApiRequest, ENDPOINT, type EndpointSpec } from './endpoint.js';

/**
 * Authenticates the caller: fills tenant, actor, member, identity and session of the work context. The identity module
 * implements it.
 */
export interface Authenticator {
  /**
   * Authenticates a request.
   * @throws ProblemError 401 without valid credentials, 404 when host or header name a different tenant than the token
   */
  authenticate(request: ApiRequest): Promise<void> | void;
}

/** DI token of the {@link Authenticator}. */
export const AUTHENTICATOR = Symbol('Authenticator');

/** Limits calls; the platform's rate limiter implements it. */
export interface RequestLimiter {
  /** Counts a request by its IP address, before the caller is known. Never throws. */
  arrival(request: { ip: string }): Promise<Arrival>;
  /** Counts a request by tenant and caller; the response's headers show the tightest limit. @throws ProblemError 429 */
  caller(request: ApiRequest, reply: unknown): Promise<void>;
}

/** DI token of the {@link RequestLimiter}. */
export const REQUEST_LIMITER = Symbol('RequestLimiter');

speakPlainly();

/** Converts the issues of a zod schema to field problems whose pointers start with the prefix. */
export function zodProblems(error: z.ZodError, prefix = ''): FieldProblem[] {
  return error.issues.flatMap((issue): FieldProblem[] => {
    const at = prefix + pointer(...(issue.path as (string | number)[]));
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        pointer: at + pointer(key),
        code: 'unknownField',
        message: `"${key}" isn't a known field. Remove it or correct its name.`,
        params: { field: key },
      }));
    const name = issue.path.length ? `"${issue.path.join('.')}"` : 'The value';
    return [{ pointer: at, code: issue.code, message: `${name}: ${issue.message}` }];
  });
}

/**
 * The only guard of the API: authenticates, limits the caller, checks the declared permission and parses the input.
 * Fails closed.
 */
@Injectable()
export class EndpointGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(REQUEST_LIMITER) private readonly limiter: RequestLimiter,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const spec = this.reflector.get<EndpointSpec | undefined>(ENDPOINT, context.getHandler());
    if (!spec) throw new ProblemError(500, 'undeclaredEndpoint', 'The endpoint declares no permission');
    const http = context.switchToHttp();
    const request = http.getRequest<ApiRequest>();
    if (spec.access !== 'public') {
      await this.authenticator.authenticate(request);
      await this.limiter.caller(request, http.getResponse());
      if (spec.person) assertPerson();
      if (!spec.beforeSecondFactor) assertSecondFactor();
      const snapshot = await this.access.current();
      lookThrough(request, spec, this.access, snapshot);
      const wanted = wantedOf(spec.access, request, snapshot);
      if (wanted && !this.access.may(snapshot, wanted))
        throw forbidden(
          'permissionMissing',
          'object' in wanted
            ? `Your roles don't let you ${wanted.action} here. Ask an administrator.`
            : `This requires the right to ${wanted.system}. Ask an administrator.`,
        );
    }
    request.input = parseInput(spec, request);
    return true;
  }
}

/** Returns the right that a request takes. @throws ProblemError 404 for an object that the tenant doesn't have */
function wantedOf(access: Exclude<Access, 'public'>, request: ApiRequest, snapshot: TenantSnapshot) {
  if (access === 'authenticated') return undefined;
  if (!('customObject' in access)) return access;
  const object = objectsOfTenant(snapshot).byPlural.get(
    String((request.params as { object: string }).object),
  );
  if (!object || (access.offers && object.settings.operations?.[access.offers] === false))
    throw new ProblemError(404, 'notFound', 'Not found', 'Nothing exists at this address.');
  request.customObject = object.name;
  return { object: object.name, action: access.action };
}

/** Refuses API keys. @throws ProblemError 403 */
function assertPerson(): void {
  if (currentContext().actor.kind === 'apiKey')
    throw forbidden(
      'needsPerson',
      "This needs a person's log-in, which API keys don't have. Log in to do it.",
    );
}

/** Requires the second factor that the session's company requires. @throws ProblemError 403 without it */
function assertSecondFactor(): void {
  if (currentContext().secondFactorPending)
    throw forbidden(
      'secondFactorRequired',
      'Your company requires a second factor. Set one up (POST /auth/second-factors/totp or …/passkey) or log in with it.',
    );
}

/** Header by which an administrator views the product as a role (the role's id). */
export const VIEW_AS_HEADER = 'x-view-as-role';

/** Binds the role of {@link VIEW_AS_HEADER}. Only administrators may view as a role, and only read. */
function lookThrough(
  request: ApiRequest,
  spec: EndpointSpec,
  access: AccessDirectory,
  snapshot: TenantSnapshot,
): void {
  const roleId = request.headers[VIEW_AS_HEADER];
  if (roleId === undefined) return;
  assertPerson();
  if (!access.rolesOf(snapshot).some(isAdministrator))
    throw forbidden('viewAsForbidden', 'Only administrators can view as a role.');
  if (spec.method !== 'get' && !spec.reads)
    throw forbidden('viewAsReadsOnly', 'Viewing as a role is read-only. Exit the view to make changes.');
  if (typeof roleId !== 'string' || !snapshot.roles.has(roleId))
    throw badRequest('unknownRole', `The header ${VIEW_AS_HEADER} doesn't name a role of this company.`);
  currentContext().viewAs = roleId;
}

function parseInput(spec: EndpointSpec, request: ApiRequest) {
  const input = { params: request.params as any, query: request.query as any, body: request.body as any };
  if (spec.params) {
    const parsed = spec.params.safeParse(request.params);
    if (!parsed.success)
      throw badRequest('invalidPath', "Part of the path isn't valid.", zodProblems(parsed.error, ''));
    input.params = parsed.data;
  }
  const query = spec.query?.safeParse(request.query);
  if (query && !query.success) {
    const errors = zodProblems(query.error).map((e) => ({ ...e, pointer: e.pointer.replace(/^\//, '?') }));
    throw badRequest('invalidQuery', errors.map((e) => e.message).join(' '), errors);
  }
  if (query) input.query = query.data;
  else if (Object.keys((request.query as object) ?? {}).length > 0) {
    const errors = Object.keys(request.query as object).map((name) => ({
      pointer: `?${name}`,
      code: 'unknownParameter',
      message: `This endpoint has no parameter "${name}". Remove it.`,
    }));
    throw badRequest('invalidQuery', errors[0]!.message, errors);
  }
  if (spec.body) {
    const parsed = spec.body.safeParse(
      request.body ?? (spec.body.safeParse(undefined).success ? undefined : {}),
    );
    if (!parsed.success) throw unprocessable(zodProblems(parsed.error));
    input.body = parsed.data;
  }
  return input;
}
