import { Module } from '@nestjs/common';
import { LayoutsModule } from '../layouts.module.js';
import { LayoutsController } from './layouts.controller.js';

/** Provides the endpoints of layouts. */
@Module({ imports: [LayoutsModule], controllers: [LayoutsController] })
export class LayoutsHttpModule {}
