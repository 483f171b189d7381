"""Pictures of items: the rows. The files lie in the media folder, named by their content."""

from __future__ import annotations

from django.db import models


class ItemPicture(models.Model):
    item = models.ForeignKey("erp.Item", models.CASCADE, related_name="pictures")
    variant = models.ForeignKey(
        "erp.ItemVariant", models.CASCADE, null=True, blank=True, related_name="pictures"
    )
    position = models.PositiveSmallIntegerField()  # from 1, within the item or variant
    sha256 = models.CharField(max_length=64, db_index=True)  # of the content, in hexadecimal
    path = models.CharField(max_length=100)  # within the media folder
    content_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()  # bytes
    description = models.CharField(max_length=512, blank=True)  # for those who do not see it

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.path
