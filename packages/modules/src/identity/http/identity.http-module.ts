import { Global, Module } from '@nestjs/common';
import { ApiKeysModule } from '@pellucid/modules/api-keys';
import { AUTHENTICATOR } from '@pellucid/platform/http';
import { IdentityModule } from '../identity.module.js';
import { RequestAuthenticator } from '../request-authenticator.js';
import { SecondFactorsController } from '../second-factor/http/second-factors.controller.js';
import { MemberFactorsController } from '../second-factor/http/member-factors.controller.js';
import { TenantHint } from '../tenant-hint.js';
import { TokenAuthenticator } from '../token-authenticator.js';
import { AuthController } from './auth.controller.js';
import { IdentityMembersController } from './members.controller.js';
import { Devices } from './devices.js';
import { OwnSite } from './own-site.js';
import { RefreshCookie } from './refresh-cookie.js';
import { SessionsController } from './sessions.controller.js';

/** Provides log-in over HTTP, and the authenticator that every endpoint's guard uses. */
@Global()
@Module({
  imports: [IdentityModule, ApiKeysModule],
  controllers: [
    AuthController,
    SessionsController,
    IdentityMembersController,
    SecondFactorsController,
    MemberFactorsController,
  ],
  providers: [
    Devices,
    OwnSite,
    RefreshCookie,
    RequestAuthenticator,
    TenantHint,
    TokenAuthenticator,
    { provide: AUTHENTICATOR, useExisting: RequestAuthenticator },
  ],
  exports: [AUTHENTICATOR, OwnSite],
})
export class IdentityHttpModule {}
