"""A model of a hundred kilobytes with random weights: it makes no sense and answers at once."""

from pathlib import Path

import gguf
import numpy

WIDTH, HEADS, INNER, LAYERS, CONTEXT = 32, 4, 64, 1, 2048
TOKENS = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), "\u2581"]
# What kinds of token these are, by the numbers of the format: unknown, control, byte, normal.
KINDS = [2, 3, 3, *[6] * 256, 1]


def write_tiny_model(path: Path) -> None:
    """Write the file; the same bytes each time."""
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_vocab_size(len(TOKENS))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(TOKENS)
    writer.add_token_scores([0.0] * len(TOKENS))
    writer.add_token_types(KINDS)
    writer.add_chat_template("{% for m in messages %}{{ m['content'] }}{% endfor %}")
    random = numpy.random.default_rng(1)

    def add(name: str, *shape: int) -> None:
        writer.add_tensor(name, random.normal(0, 0.05, shape).astype(numpy.float32))

    def add_ones(name: str) -> None:
        writer.add_tensor(name, numpy.ones(WIDTH, numpy.float32))

    add("token_embd.weight", len(TOKENS), WIDTH)
    add("output.weight", len(TOKENS), WIDTH)
    add_ones("output_norm.weight")
    for layer in range(LAYERS):
        for name in ("attn_norm", "ffn_norm"):
            add_ones(f"blk.{layer}.{name}.weight")
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            add(f"blk.{layer}.{name}.weight", WIDTH, WIDTH)
        add(f"blk.{layer}.ffn_gate.weight", INNER, WIDTH)
        add(f"blk.{layer}.ffn_up.weight", INNER, WIDTH)
        add(f"blk.{layer}.ffn_down.weight", WIDTH, INNER)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
