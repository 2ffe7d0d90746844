import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { currentContext } from '@pellucid/platform/context';
import { IdentitiesRepository } from './identities.repository.js';
import { sessionEnded } from './identity.errors.js';

/** Shows people what concerns their own log-in. */
@Injectable()
export class MeService {
  constructor(
    @Inject(IdentitiesRepository) private readonly identities: IdentitiesRepository,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
  ) {}

  /** Stores the language that the person chose for their log-in; null follows the browser again. */
  async chooseLanguage(language: 'en' | 'de' | null) {
    await this.identities.rememberLanguage(currentContext().identityId!, language);
    return this.me();
  }

  /** Returns the context's person, company and rights, and the companies they can switch to. */
  async me() {
    const { identityId, memberId, secondFactorPending } = currentContext();
    const snapshot = await this.access.current();
    const [identity, memberships] = await Promise.all([
      this.identities.find(identityId!),
      this.identities.memberships(identityId!),
    ]);
    if (!identity) throw sessionEnded();
    const roles = this.access.rolesOf(snapshot);
    return {
      user: {
        id: identity.id,
        memberId: memberId!,
        name: snapshot.members.get(memberId!)!.name,
        email: identity.email,
        emailVerifiedAt: identity.emailVerifiedAt,
        language: identity.language,
      },
      tenant: { id: snapshot.tenantId, name: snapshot.name, subdomain: snapshot.subdomain },
      settings: snapshot.settings,
      roles: roles.map(({ id, key, name }) => ({ id, key, name })),
      permissions: [...new Set(roles.flatMap((role) => role.system))],
      secondFactorPending,
      tenants: memberships
        .filter((m) => m.memberStatus === 'active' && m.tenantStatus === 'active')
        .map((m) => ({ id: m.tenantId, name: m.tenantName, subdomain: m.subdomain })),
    };
  }
}
