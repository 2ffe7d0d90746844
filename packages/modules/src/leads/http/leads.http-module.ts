import { Module } from '@nestjs/common';
import { LeadsModule } from '../leads.module.js';
import { LeadsController } from './leads.controller.js';

@Module({ imports: [LeadsModule], controllers: [LeadsController] })
export class LeadsHttpModule {}
