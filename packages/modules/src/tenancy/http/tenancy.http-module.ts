import { Module } from '@nestjs/common';
import { TenancyModule } from '../tenancy.module.js';
import { CataloguesController } from './catalogues.controller.js';
import { SettingsController } from './settings.controller.js';

@Module({ imports: [TenancyModule], controllers: [SettingsController, CataloguesController] })
export class TenancyHttpModule {}
