import { Module } from '@nestjs/common';
import { ImportsModule } from '../imports.module.js';
import { ImportsController } from './imports.controller.js';

@Module({ imports: [ImportsModule], controllers: [ImportsController] })
export class ImportsHttpModule {}
