import { Inject, Injectable } from '@nestjs/common';
import { normalizeText } from '@pellucid/conditions';
import { sql, TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import {
  AccessDirectory,
  BuiltInRoles,
  customObjectRights,
  type ObjectRights,
  differencesFrom,
  effectiveRights,
  isUnchanged,
  objectsOfTenant,
  type RoleRights,
  type StoredRights,
} from '@pellucid/platform/access';
import type { RoleRow } from './role.types.js';

const ROLE = `select r.id, r.key, r.name, r.description, r.built_in as "builtIn", r.permissions, r.system, r.fields, r.removed, r.version,
    to_char(r.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "updatedAt",
    (select count(*)::int from member_role mr join member m on m.tenant_id = mr.tenant_id and m.id = mr.member_id
      where mr.tenant_id = r.tenant_id and mr.role_id = r.id and m.deleted_at is null) as members,
    (select count(*)::int from api_key k where k.tenant_id = r.tenant_id and k.role_id = r.id and k.revoked_at is null) as "apiKeys"
  from role r`;

/** The content of a role to store. */
export type RoleContent = Pick<RoleRow, 'name' | 'description' | 'permissions' | 'system' | 'fields'>;

/** A row of the table, in which built-in roles are stored as differences. */
type StoredRole = Omit<RoleRow, 'modified' | 'product'> & StoredRights;

/** Roles, and the members and API keys that have them. Built-in roles are read and written with the rights they have. */
@Injectable()
export class RolesRepository {
  constructor(
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(BuiltInRoles) private readonly builtIn: BuiltInRoles,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  /** Returns every role, built-in ones first. */
  async all(): Promise<RoleRow[]> {
    const { rows } = await this.pool.query({
      text: `${ROLE} order by r.built_in desc, array_position($1::text[], r.key), r.name_norm, r.id`,
      values: [this.builtIn.all().map(({ key }) => key)],
    });
    const own = await this.ownObjects();
    return rows.map((row) => this.role(row, own));
  }

  /** Returns every role in the unit of work, in no order. */
  async allIn(uow: UnitOfWork): Promise<RoleRow[]> {
    const rows = await uow.run<StoredRole>({ text: ROLE });
    const own = await this.ownObjects();
    return rows.map((row) => this.role(row, own));
  }

  /** Returns one role. */
  async find(id: string): Promise<RoleRow | undefined> {
    const { rows } = await this.pool.query({ text: `${ROLE} where r.id = $1`, values: [id] });
    return rows[0] && this.role(rows[0], await this.ownObjects());
  }

  /** Returns one role and locks it until the transaction ends. */
  async hold(uow: UnitOfWork, id: string): Promise<RoleRow | undefined> {
    const [row] = await uow.run<StoredRole>({
      text: `${ROLE} where r.id = $1 for no key update of r`,
      values: [id],
    });
    return row && this.role(row, await this.ownObjects());
  }

  /** Returns the rights as they will be read again once the role is stored with them: a built-in role has its own order. */
  settled<T extends RoleRights>(role: RoleRow, rights: T): T {
    const { product } = role;
    return product
      ? { ...rights, ...effectiveRights(differencesFrom(rights, product, role.removed), product) }
      : rights;
  }

  /** Returns the number of roles, and whether another role has the name. */
  async census(uow: UnitOfWork, name: string, butId?: string): Promise<{ count: number; isTaken: boolean }> {
    const [row] = await uow.run<{ count: number; isTaken: boolean }>(sql`
      select count(*)::int as count,
             coalesce(bool_or(name_norm = ${normalizeText(name)} and id is distinct from ${butId ?? null}::uuid), false) as "isTaken"
        from role`);
    return row!;
  }

  async insert(uow: UnitOfWork, id: string, role: RoleContent): Promise<void> {
    await uow.run(sql`insert into role (tenant_id, id, name, name_norm, description, permissions, system, fields)
      values (${uow.tenantId}, ${id}, ${role.name}, ${normalizeText(role.name)}, ${role.description},
              ${JSON.stringify(role.permissions)}::jsonb, ${role.system}::text[], ${JSON.stringify(role.fields)}::jsonb)`);
  }

  /** Saves the content of the role, a built-in one as its differences from the product's definition. */
  async update(uow: UnitOfWork, before: RoleRow, role: RoleContent): Promise<void> {
    const { permissions, system, fields, removed } = differencesFrom(role, before.product, before.removed);
    await uow.run(sql`update role set name = ${role.name}, name_norm = ${normalizeText(role.name)},
      description = ${role.description}, permissions = ${JSON.stringify(permissions)}::jsonb, system = ${system}::text[],
      fields = ${JSON.stringify(fields)}::jsonb, removed = ${JSON.stringify(removed)}::jsonb, version = version + 1,
      updated_at = now() where id = ${before.id}`);
  }

  /**
   * Deletes the role. Members (deleted or not) and API keys (including revoked ones) that have it get the other role.
   * @param to replacement role; null if nobody has the role any more
   * @returns undeleted members whose roles changed, with their roles before and after
   */
  async remove(
    uow: UnitOfWork,
    id: string,
    to: string | null,
  ): Promise<{ memberId: string; before: string[]; after: string[] }[]> {
    const holders = sql`select mr.member_id as "memberId", array_agg(mr.role_id::text order by mr.role_id) as "roleIds"
        from member_role mr join member m on m.tenant_id = mr.tenant_id and m.id = mr.member_id
       where m.deleted_at is null and exists (select 1 from member_role x where x.member_id = mr.member_id and x.role_id = ${id})
       group by mr.member_id order by mr.member_id`;
    const [before] = await uow.together([
      holders,
      ...(to
        ? [
            sql`update member_role mr set role_id = ${to} where role_id = ${id}
                  and not exists (select 1 from member_role x where x.member_id = mr.member_id and x.role_id = ${to})`,
            sql`update api_key set role_id = ${to}, version = version + 1, updated_at = now() where role_id = ${id}`,
          ]
        : []),
      sql`delete from member_role where role_id = ${id}`,
      sql`delete from role where id = ${id}`,
    ]);
    return before!.map(({ memberId, roleIds }: { memberId: string; roleIds: string[] }) => ({
      memberId,
      before: roleIds,
      after: [...new Set([...roleIds.filter((role) => role !== id), ...(to ? [to] : [])])].sort(),
    }));
  }

  /** The objects that the company made, as far as built-in roles are made of them. */
  private async ownObjects(): Promise<ObjectRights[]> {
    return customObjectRights(objectsOfTenant(await this.directory.current()));
  }

  private role(row: StoredRole, own: ObjectRights[]): RoleRow {
    const product = this.builtIn.of(row, own);
    return {
      ...row,
      product,
      ...effectiveRights(row, product),
      modified: product !== undefined && !isUnchanged(row),
    };
  }
}
