import { Inject, Injectable } from '@nestjs/common';
import { unprocessable } from '@pellucid/platform/errors';
import { type TenantWish, TenantProvisioner } from '@pellucid/modules/tenancy';
import { AddressProofService } from './address-proof.service.js';
import { commonPasswords } from './common-passwords.js';
import { IdentitiesRepository, type Identity } from './identities.repository.js';
import { emailJustTaken } from './identity.errors.js';
import type { Device } from './device.js';
import { type Entry, LogInService } from './log-in.service.js';
import { LogInThrottle } from './log-in-throttle.js';
import { MembersRepository } from './members.repository.js';
import { PasswordHasher } from './password-hasher.js';
import { passwordProblems } from './password.rules.js';

/** The data for registering a company. */
export interface Registration extends TenantWish {
  name: string;
  email: string;
  password: string;
}

/** Registers companies. */
@Injectable()
export class RegistrationService {
  constructor(
    @Inject(IdentitiesRepository) private readonly identities: IdentitiesRepository,
    @Inject(MembersRepository) private readonly members: MembersRepository,
    @Inject(TenantProvisioner) private readonly provisioner: TenantProvisioner,
    @Inject(PasswordHasher) private readonly passwords: PasswordHasher,
    @Inject(LogInService) private readonly logIn: LogInService,
    @Inject(LogInThrottle) private readonly throttle: LogInThrottle,
    @Inject(AddressProofService) private readonly proofs: AddressProofService,
  ) {}

  /**
   * Registers a company with its first administrator and logs them in, or asks for their second factor. An address with
   * an existing log-in proves its own password, which does not change. An unconfirmed address is mailed a link.
   * @throws ProblemError 401 for a wrong password of an existing log-in, 409 for a taken subdomain, 422, 429
   */
  async register(wish: Registration, device: Device): Promise<Entry> {
    await this.throttle.register(device.ip);
    const common = await commonPasswords();
    const problems = passwordProblems(
      wish.password,
      { email: wish.email, name: wish.name, companyNames: [wish.companyName] },
      common,
    );
    if (problems.length) throw unprocessable(problems);
    const existing = await this.identities.findByEmail(wish.email);
    if (existing) await this.logIn.prove(existing, wish.email, wish.password, device);
    const passwordHash = existing?.passwordHash ?? (await this.passwords.hash(wish.password));

    const { tenant, member } = await this.provisioner.provision(
      wish,
      async (uow, { roleIds, legalEntityId }) => {
        const person = { email: wish.email, name: wish.name, passwordHash };
        const identityId = existing?.id ?? (await this.identities.create(uow, person, false));
        if (!identityId) throw emailJustTaken();
        const memberId = await this.members.add(uow, {
          ...person,
          email: existing?.email ?? wish.email,
          legalEntityId,
        });
        await this.members.link(uow, memberId, identityId);
        await this.members.setRoles(uow, memberId, [roleIds.get('companyAdmin')!]);
        if (!existing?.emailVerifiedAt) await this.proofs.askFor(uow, identityId, memberId);
        return {
          memberId,
          identity: {
            id: identityId,
            lastTenantId: null,
            emailVerifiedAt: null,
            language: null,
            ...person,
            ...existing,
          } satisfies Identity,
        };
      },
    );
    return this.logIn.enter(
      member.identity,
      {
        tenantId: tenant.id,
        tenantName: tenant.companyName,
        subdomain: tenant.subdomain,
        tenantStatus: 'active',
        memberId: member.memberId,
        memberName: wish.name,
        memberStatus: 'active',
        requiresSecondFactor: false,
      },
      device,
      'registration',
    );
  }
}
