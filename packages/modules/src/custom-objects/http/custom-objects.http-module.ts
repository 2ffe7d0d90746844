import { Module } from '@nestjs/common';
import { CustomObjectsModule } from '../custom-objects.module.js';
import { CustomObjectsService } from '../custom-objects.service.js';
import { ProductWords } from '../product-words.js';
import { CustomObjectsController } from './custom-objects.controller.js';

/** Provides the endpoints of custom objects. */
@Module({
  imports: [CustomObjectsModule],
  providers: [CustomObjectsService, ProductWords],
  controllers: [CustomObjectsController],
})
export class CustomObjectsHttpModule {}
