"""Sign pictures with C2PA manifests under keys that are made here: a root, and a leaf that the root signed."""

import datetime
import io
import json

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_DAY = datetime.timedelta(days=1)


class Authority:
    """A root certificate and signers under it."""

    def __init__(self, name="Springhead test root"):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = (
            _unsigned(self.name, self.name, self.key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )

    @property
    def pem(self):
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def signer(self, organisation="Springhead tests"):
        """A signer with a fresh leaf: ES256, for e-mail protection, as the C2PA profile asks."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
                x509.NameAttribute(NameOID.COMMON_NAME, "leaf"),
            ]
        )
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        leaf = (
            _unsigned(name, self.name, key)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(above, critical=False)
            .sign(self.key, hashes.SHA256())
        )
        chain = leaf.public_bytes(serialization.Encoding.PEM).decode() + self.pem
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return c2pa.Signer.from_info(
            c2pa.C2paSignerInfo(c2pa.C2paSigningAlg.ES256, chain.encode(), private, None)
        )


def _unsigned(name, issuer, key):
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + 30 * _DAY)
    )


def _usage(*, certificates):
    return x509.KeyUsage(
        digital_signature=not certificates, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=certificates, crl_sign=certificates,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def made(term="trainedAlgorithmicMedia", agent="Imaginer 2"):
    """The action of a picture that came into being."""
    return {"action": "c2pa.created", "digitalSourceType": IPTC + term, "softwareAgent": {"name": agent}}


def opened(label="parent"):
    """The action of a picture that was opened from another."""
    return {"action": "c2pa.opened", "parameters": {"ingredientIds": [label]}}


def signed(data, signer, *actions, kind="image/png", parent=None, parts=(), tool="Test Tool", remote=None):
    """A whole file: `data` with a manifest of these actions; `parent` and `parts` are files of ingredients."""
    claim = {
        "claim_generator_info": [{"name": tool, "version": "1.0"}],
        "title": "picture",
        "format": kind,
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": list(actions)}}],
    }
    builder = c2pa.Builder(claim)
    ingredients = [("parent", "parentOf", parent)] if parent else []
    ingredients += [(f"part{place}", "componentOf", one) for place, one in enumerate(parts)]
    for label, relationship, file in ingredients:
        described = {"title": label, "relationship": relationship, "label": label, "instance_id": label}
        builder.add_ingredient(json.dumps(described), kind, io.BytesIO(file))
    if remote:
        builder.set_no_embed()
        builder.set_remote_url(remote)
    out = io.BytesIO()
    builder.sign(signer, kind, io.BytesIO(data), out)
    return out.getvalue()
