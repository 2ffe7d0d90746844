import { Module } from '@nestjs/common';
import { TenancyModule } from '@pellucid/modules/tenancy';
import { AddressProofService } from './address-proof.service.js';
import { AddressProofsRepository } from './address-proofs.repository.js';
import { AccessTokens } from './access-tokens.js';
import { IdentitiesRepository } from './identities.repository.js';
import { InvitationsRepository } from './invitations.repository.js';
import { InvitationsService } from './invitations.service.js';
import { KnownDevices } from './known-devices.js';
import { LinkEntrance } from './link-entrance.js';
import { LogInFailures } from './log-in-failures.js';
import { LogInFailuresRepository } from './log-in-failures.repository.js';
import { LogInService } from './log-in.service.js';
import { LogInThrottle } from './log-in-throttle.js';
import { MailedLinks } from './mailed-links.js';
import { MeService } from './me.service.js';
import { MemberRolesService } from './member-roles.service.js';
import { MembersRepository } from './members.repository.js';
import { PasswordHasher } from './password-hasher.js';
import { PasswordService } from './password.service.js';
import { ReachableMembers } from './reachable-members.repository.js';
import { RegistrationService } from './registration.service.js';
import { RoleGrants } from './role-grants.js';
import { ChallengeTokens } from './second-factor/challenge-tokens.js';
import { FactorCheck } from './second-factor/factor-check.js';
import { FactorSecrets } from './second-factor/factor-secrets.js';
import { MemberFactorsService } from './second-factor/member-factors.service.js';
import { OwnProof } from './second-factor/own-proof.js';
import { SecondFactorChallenges } from './second-factor/second-factor-challenges.js';
import { SecondFactorsRepository } from './second-factor/second-factors.repository.js';
import { SecondFactorsService } from './second-factor/second-factors.service.js';
import { SessionEnds } from './session-ends.js';
import { SessionsRepository } from './sessions.repository.js';
import { SignedLinks } from '@pellucid/platform/signed-links';

/** Log-ins, sessions, invitations and members' roles, for API and worker. */
@Module({
  imports: [TenancyModule],
  providers: [
    AccessTokens,
    AddressProofService,
    AddressProofsRepository,
    ChallengeTokens,
    FactorCheck,
    FactorSecrets,
    IdentitiesRepository,
    InvitationsRepository,
    InvitationsService,
    KnownDevices,
    LinkEntrance,
    LogInFailures,
    LogInFailuresRepository,
    LogInService,
    LogInThrottle,
    MailedLinks,
    MeService,
    MemberFactorsService,
    MemberRolesService,
    MembersRepository,
    OwnProof,
    PasswordHasher,
    PasswordService,
    ReachableMembers,
    RegistrationService,
    RoleGrants,
    SecondFactorChallenges,
    SecondFactorsRepository,
    SecondFactorsService,
    SessionEnds,
    SessionsRepository,
    SignedLinks,
  ],
  exports: [
    AddressProofService,
    IdentitiesRepository,
    KnownDevices,
    LogInFailuresRepository,
    MemberFactorsService,
    SecondFactorsRepository,
    SecondFactorsService,
    InvitationsRepository,
    InvitationsService,
    LinkEntrance,
    LogInService,
    MailedLinks,
    MeService,
    MemberRolesService,
    PasswordService,
    ReachableMembers,
    RegistrationService,
    RoleGrants,
    SessionEnds,
    SessionsRepository,
    SignedLinks,
  ],
})
export class IdentityModule {}
