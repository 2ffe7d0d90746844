import { Module } from '@nestjs/common';
import { AccessModule } from '../access.module.js';
import { RolesController } from './roles.controller.js';
import { SharesController } from './shares.controller.js';

/** Provides the endpoints of roles and shares. */
@Module({ imports: [AccessModule], controllers: [RolesController, SharesController] })
export class AccessHttpModule {}
