import { randomBytes } from 'node:crypto';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  AccessDirectory,
  AccessModule,
  builtInRoles,
  type CustomFieldDefinition,
  type CustomObjectDefinition,
  type FieldPermission,
  type Permission,
} from '../../access/index.js';
import { CONFIG, type Config, loadConfig } from '../../config/index.js';
import { currentContext, newContext, runInContext } from '../../context/index.js';
import { CryptoModule } from '../../crypto/index.js';
import { DatabaseModule, EnduringPool } from '../../db/index.js';
import { unauthorized } from '../../errors/index.js';
import {
  AUTHENTICATOR,
  type Authenticator,
  createApiApplication,
  ERROR_LOG,
  HttpModule,
  REQUEST_LIMITER,
} from '../../http/index.js';
import { createLogger, LOGGER } from '../../observability/index.js';
import { testDatabase } from '../../testing/index.js';
import { BULK_QUEUE } from '../serve/bulk.js';
import { FIELD_REVEALER } from '../read/field-revealer.js';
import { newId } from '../describe/ids.js';
import { RecordService } from '../serve/record.service.js';
import { RecordsModule } from '../records.module.js';
import { sampleDescriptors } from './sample-objects.js';

/** Trusts the test's headers: the engine is tested without log-in. */
class HeaderAuthenticator implements Authenticator {
  authenticate(request: { headers: Record<string, any> }): void {
    const [tenantId, memberId] = String(request.headers['authorization'] ?? '').split(' ');
    if (!tenantId || !memberId) throw unauthorized('noToken', 'Log in first.');
    Object.assign(currentContext(), { tenantId, memberId, actor: { kind: 'member', id: memberId } });
  }
}

/** What a role of the test may do. */
export interface Rights {
  permissions: Permission[];
  fields?: FieldPermission[];
  system?: string[];
}

/** A tenant with one administrator, written directly to the tables. */
export interface EngineTenant {
  id: string;
  memberId: string;
  authorization: string;
}

/** The record engine behind real HTTP, on a database of its own. */
export interface EngineApp {
  app: NestFastifyApplication;
  records: RecordService;
  admin: EnduringPool;
  tenant(name?: string): Promise<EngineTenant>;
  call(
    tenant: EngineTenant,
    method: string,
    url: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: any; headers: any }>;
  as<T>(tenant: EngineTenant, fn: () => Promise<T>): Promise<T>;
  /** Adds a member with roles of these rights, who owns nothing yet. */
  person(tenant: EngineTenant, ...roles: Rights[]): Promise<EngineTenant>;
  /** Adds a field to an object, or redefines it. Returns its id. */
  defineField(
    tenant: EngineTenant,
    definition: Pick<CustomFieldDefinition, 'object' | 'name' | 'type'> &
      Partial<Pick<CustomFieldDefinition, 'label' | 'settings' | 'isDeleted'>>,
  ): Promise<string>;
  /** Makes an object of the tenant's own, or redefines it. Returns its id. */
  defineObject(
    tenant: EngineTenant,
    definition: Pick<CustomObjectDefinition, 'name' | 'plural'> &
      Partial<Pick<CustomObjectDefinition, 'label' | 'pluralLabel' | 'settings' | 'isDeleted'>>,
  ): Promise<string>;
  close(): Promise<void>;
}

/** Starts the engine. @param descriptors its objects @param modules Nest modules besides the engine's own */
export async function startEngine(
  descriptors = sampleDescriptors,
  modules: (new () => object)[] = [],
): Promise<EngineApp> {
  const database = await testDatabase();
  const config: Config = loadConfig({
    NODE_ENV: 'test',
    DATABASE_URL_APP: database.appUrl,
    DATABASE_URL_PLATFORM: database.platformUrl,
    JWT_SECRET: 'engine-tests-0123456789-abcdefghijklmnopqrstuvwxyz',
    PELLUCID_MASTER_KEY: randomBytes(32).toString('base64'),
    PELLUCID_CURSOR_KEY: randomBytes(32).toString('base64'),
    PELLUCID_FIELD_KEYS: `k1:${Buffer.alloc(32, 8).toString('base64')}`,
    PELLUCID_SERVER_TIMING: 'on',
    PELLUCID_DB_POOL: '10',
  });
  const errors: unknown[] = [];

  @Global()
  @Module({})
  class Surroundings {
    static with(): DynamicModule {
      return {
        module: Surroundings,
        providers: [
          { provide: CONFIG, useValue: config },
          { provide: LOGGER, useValue: createLogger({ level: 'silent' }) },
          { provide: AUTHENTICATOR, useClass: HeaderAuthenticator },
          {
            provide: REQUEST_LIMITER,
            useValue: { arrival: async () => ({ headers: {} }), caller: async () => {} },
          },
          {
            provide: ERROR_LOG,
            useValue: { error: (details: object) => errors.push(details) && console.error(details) },
          },
          {
            provide: FIELD_REVEALER,
            useValue: {
              reveal: () => {
                throw new Error('the engine tests reveal nothing');
              },
            },
          },
          {
            provide: BULK_QUEUE,
            useValue: {
              enqueue: () => {
                throw new Error('the engine tests do not go past one batch');
              },
            },
          },
        ],
        exports: [CONFIG, LOGGER, AUTHENTICATOR, REQUEST_LIMITER, ERROR_LOG, BULK_QUEUE, FIELD_REVEALER],
      };
    }
  }

  @Module({
    imports: [
      Surroundings.with(),
      DatabaseModule,
      CryptoModule,
      AccessModule.forRoot(descriptors),
      HttpModule,
      RecordsModule.forRoot(descriptors, { http: true }),
      ...modules,
    ],
  })
  class EngineModule {}

  const app = await createApiApplication(EngineModule, config);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  const admin = new EnduringPool({ connectionString: database.adminUrl, max: 2 });

  return {
    app,
    admin,
    records: app.get(RecordService),
    async tenant(name = 'Company') {
      const id = newId();
      const memberId = newId();
      const roleId = newId();
      const role = builtInRoles([])[0]!;
      const now = new Date().toISOString();
      await admin.query('insert into tenant (id, name, subdomain) values ($1, $2, $3)', [
        id,
        name,
        `t${id.replace(/-/g, '')}`,
      ]);
      await admin.query('insert into tenant_setting (tenant_id, zone) values ($1, $2)', [
        id,
        'Europe/Berlin',
      ]);
      await admin.query(
        'insert into role (tenant_id, id, key, name, name_norm, permissions, system) values ($1, $2, $3, $4, lower($4), $5, $6)',
        [id, roleId, role.key, role.name, JSON.stringify(role.permissions), role.system],
      );
      await admin.query(
        `insert into member (tenant_id, id, display_name, display_norm, search_norm, name, name_norm, status, identity_id, created_at, created_by_kind, updated_at, updated_by_kind)
         values ($1, $2, 'Ada Admin', 'ada admin', 'ada admin', 'Ada Admin', 'ada admin', 'active', $3, $4, 'system', $4, 'system')`,
        [id, memberId, newId(), now],
      );
      await admin.query('insert into member_role (tenant_id, member_id, role_id) values ($1, $2, $3)', [
        id,
        memberId,
        roleId,
      ]);
      return { id, memberId, authorization: `${id} ${memberId}` };
    },
    async call(tenant, method, url, body, headers = {}) {
      const response = await app.inject({
        method: method as 'GET',
        url: `/api/v1${url}`,
        headers: { authorization: tenant.authorization, ...headers },
        ...(body === undefined ? {} : { payload: body as object }),
      });
      return {
        status: response.statusCode,
        body: response.body ? JSON.parse(response.body) : undefined,
        headers: response.headers,
      };
    },
    async person(tenant, ...roles) {
      const memberId = newId();
      const name = `Person ${memberId.slice(-6)}`;
      await admin.query(
        `insert into member (tenant_id, id, display_name, display_norm, search_norm, name, name_norm, status, identity_id, created_at, created_by_kind, updated_at, updated_by_kind)
         values ($1, $2, $3, lower($3), lower($3), $3, lower($3), 'active', $4, now(), 'system', now(), 'system')`,
        [tenant.id, memberId, name, newId()],
      );
      for (const { permissions, fields = [], system = [] } of roles) {
        const role = newId();
        await admin.query(
          'insert into role (tenant_id, id, name, name_norm, permissions, fields, system) values ($1, $2, $3, $3, $4, $5, $6)',
          [tenant.id, role, role, JSON.stringify(permissions), JSON.stringify(fields), system],
        );
        await admin.query('insert into member_role (tenant_id, member_id, role_id) values ($1, $2, $3)', [
          tenant.id,
          memberId,
          role,
        ]);
      }
      app.get(AccessDirectory).forget(tenant.id);
      return { id: tenant.id, memberId, authorization: `${tenant.id} ${memberId}` };
    },
    async defineField(tenant, { object, name, type, label = name, settings = {}, isDeleted = false }) {
      const { rows } = await admin.query(
        `insert into custom_field (tenant_id, id, object, name, label, type, slot, settings, deleted_at)
         values ($1, $2, $3, $4, $5, $6, (select count(*) from custom_field where tenant_id = $1 and object = $3), $7,
           case when $8 then now() end)
         on conflict (tenant_id, object, name) do update
           set label = excluded.label, settings = excluded.settings, deleted_at = excluded.deleted_at
         returning id`,
        [tenant.id, newId(), object, name, label, type, JSON.stringify(settings), isDeleted],
      );
      await admin.query('update tenant set access_version = access_version + 1 where id = $1', [tenant.id]);
      app.get(AccessDirectory).forget(tenant.id);
      return rows[0].id;
    },
    async defineObject(
      tenant,
      { name, plural, label = name, pluralLabel = plural, settings = {}, isDeleted = false },
    ) {
      const { rows } = await admin.query(
        `insert into custom_object (tenant_id, id, name, plural, number, label, plural_label, settings, deleted_at)
         values ($1, $2, $3, $4, (select count(*) + 1 from custom_object where tenant_id = $1), $5, $6, $7,
           case when $8 then now() end)
         on conflict (tenant_id, name) do update set plural = excluded.plural, label = excluded.label,
           plural_label = excluded.plural_label, settings = excluded.settings, deleted_at = excluded.deleted_at
         returning id`,
        [tenant.id, newId(), name, plural, label, pluralLabel, JSON.stringify(settings), isDeleted],
      );
      await admin.query('update tenant set access_version = access_version + 1 where id = $1', [tenant.id]);
      app.get(AccessDirectory).forget(tenant.id);
      return rows[0].id;
    },
    as: (tenant, fn) =>
      runInContext(
        newContext({
          correlationId: 'engine-test',
          tenantId: tenant.id,
          memberId: tenant.memberId,
          actor: { kind: 'member', id: tenant.memberId },
        }),
        fn,
      ),
    async close() {
      await app.close();
      await admin.end();
      await database.drop();
    },
  };
}
