import { Inject, Injectable } from '@nestjs/common';
import { BuiltInRoles } from '@pellucid/platform/access';
import { sql, TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import { RecordService } from '@pellucid/platform/records';
import { emailForm } from '@pellucid/platform/records';

/** The data of a member that log-in and rights need. */
export interface MemberRow {
  id: string;
  name: string;
  email: string | null;
  status: string;
  identityId: string | null;
  roleIds: string[];
}

const MEMBER = `select m.id, m.name, m.email, m.status, m.identity_id as "identityId",
  array(select r.role_id::text from member_role r where r.tenant_id = m.tenant_id and r.member_id = m.id) as "roleIds"
  from member m where m.deleted_at is null`;

/** What the identity module needs of members and roles. The member itself is a record, written by the record engine. */
@Injectable()
export class MembersRepository {
  constructor(
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(BuiltInRoles) private readonly builtIn: BuiltInRoles,
  ) {}

  /** Adds a member. @returns the new member's id */
  async add(
    uow: UnitOfWork,
    person: { name: string; email: string; legalEntityId?: string; status?: string },
  ): Promise<string> {
    const [row] = await this.records.create(
      'member',
      [
        {
          name: person.name,
          email: person.email,
          status: person.status ?? 'active',
          ...(person.legalEntityId ? { legalEntity: person.legalEntityId } : {}),
        },
      ],
      { uow, asks: 'product', opensReadOnly: true, atomic: true },
    );
    return row!.id!;
  }

  /** Changes the member's name or status. */
  async change(uow: UnitOfWork, id: string, changes: { name?: string; status?: string }): Promise<void> {
    await this.records.update('member', [{ id, changes }], {
      uow,
      asks: 'product',
      opensReadOnly: true,
      atomic: true,
    });
  }

  /** Links the member to the person's log-in. */
  async link(uow: UnitOfWork, id: string, identityId: string): Promise<void> {
    await uow.run(sql`update member set identity_id = ${identityId} where id = ${id}`);
    await uow.bumpAccessVersion();
  }

  /** Returns the undeleted member with the address, locked until the transaction ends. */
  async findByEmail(uow: UnitOfWork, email: string): Promise<MemberRow | null> {
    const [row] = await uow.run<MemberRow>({
      text: `${MEMBER} and m.email_norm = $1 for update of m`,
      values: [emailForm.norm(email)],
    });
    return row ?? null;
  }

  /** Returns the undeleted member, locked until the transaction ends. */
  async find(uow: UnitOfWork, id: string): Promise<MemberRow | null> {
    const [row] = await uow.run<MemberRow>({ text: `${MEMBER} and m.id = $1 for update of m`, values: [id] });
    return row ?? null;
  }

  /** Returns the roles of every undeleted member who has any. */
  async roleAssignments(): Promise<{ memberId: string; roleIds: string[] }[]> {
    const { rows } = await this.pool.query(
      `select r.member_id as "memberId", array_agg(r.role_id::text order by r.role_id) as "roleIds"
         from member_role r join member m on m.tenant_id = r.tenant_id and m.id = r.member_id
        where m.deleted_at is null group by r.member_id order by r.member_id`,
    );
    return rows;
  }

  /** Returns the roles of the members (deleted or not) by member; those without roles are left out. */
  async rolesOf(uow: UnitOfWork, memberIds: string[]): Promise<Map<string, string[]>> {
    if (!memberIds.length) return new Map();
    const rows = await uow.run<{ memberId: string; roleIds: string[] }>(sql`
      select member_id as "memberId", array_agg(role_id::text) as "roleIds" from member_role
       where member_id = any(${memberIds}::uuid[]) group by member_id`);
    return new Map(rows.map((row) => [row.memberId, row.roleIds]));
  }

  /** Assigns exactly these roles to the member. */
  async setRoles(uow: UnitOfWork, memberId: string, roleIds: string[]): Promise<void> {
    await uow.together([
      sql`delete from member_role where member_id = ${memberId} and role_id <> all(${roleIds}::uuid[])`,
      sql`insert into member_role (tenant_id, member_id, role_id)
          select ${uow.tenantId}, ${memberId}, unnest(${roleIds}::uuid[]) on conflict do nothing`,
    ]);
  }

  /**
   * Returns those of the roles that still exist. Call it while other changes of rights are locked out, so that they
   * cannot be deleted meanwhile.
   */
  async rolesThere(uow: UnitOfWork, roleIds: string[]): Promise<Set<string>> {
    const rows = await uow.run<{ id: string }>(sql`select id from role where id = any(${roleIds}::uuid[])`);
    return new Set(rows.map((row) => row.id));
  }

  /** Makes other changes of rights wait until the transaction ends. */
  async holdRights(uow: UnitOfWork): Promise<void> {
    await uow.run(sql`select 1 from tenant where id = ${uow.tenantId} for update`);
  }

  /**
   * Returns the number of active administrators besides the given members. Other changes of rights wait until the
   * transaction ends, so that two administrators cannot remove each other at the same time.
   */
  async adminsBeside(uow: UnitOfWork, memberIds: string[]): Promise<number> {
    const [, rows] = await uow.together([
      sql`select 1 from tenant where id = ${uow.tenantId} for update`,
      sql`select count(distinct m.id)::int as admins
            from member m join member_role mr on mr.member_id = m.id join role r on r.id = mr.role_id
           where m.deleted_at is null and m.status = 'active' and m.identity_id is not null
             and ('*' = any(r.system) or r.built_in and r.key = any(${this.builtIn.administrators()}::text[]))
             and m.id <> all(${memberIds}::uuid[])`,
    ]);
    return rows![0].admins;
  }

  /** Returns those of the members who are active administrators. */
  async administratorsAmong(uow: UnitOfWork, memberIds: string[]): Promise<Set<string>> {
    const rows = await uow.run<{ id: string }>(sql`
      select distinct m.id from member m join member_role mr on mr.member_id = m.id join role r on r.id = mr.role_id
       where m.id = any(${memberIds}::uuid[]) and m.deleted_at is null and m.status = 'active'
         and m.identity_id is not null
         and ('*' = any(r.system) or r.built_in and r.key = any(${this.builtIn.administrators()}::text[]))`);
    return new Set(rows.map((row) => row.id));
  }
}
